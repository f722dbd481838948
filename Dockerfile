# The image of the Action, and of `docker run` in any other CI. It is built by GitHub's runner as it stands, without build
# arguments and from this folder; BASE is for places where the registry that holds the digest cannot be reached.
ARG BASE=python:3.13-slim@sha256:9d2e5553305c7c7b0097999bb17187c69b921ccd6bc9d40e4bb5ebe652c00285

FROM ${BASE} AS libraries
COPY requirements.txt /tmp/requirements.txt
# Wheels only, each held to its hash: nothing is compiled and nothing resolved here. What is installed and never used
# goes again: cryptography (15 MB), by which PyGithub signs in as a GitHub App; pycparser, by which cffi reads C; and
# PyYAML's faster loader (2.7 MB), for files longer than ours. All three are optional to who would import them. The
# .pth file makes `import erd` work although python runs isolated, see ENTRYPOINT.
RUN python -m venv --without-pip /app \
 && pip --python /app/bin/python --disable-pip-version-check --no-cache-dir install \
      --no-deps --require-hashes --only-binary :all: --no-compile --requirement /tmp/requirements.txt \
 && pip --python /app/bin/python --disable-pip-version-check uninstall --yes cryptography pycparser \
 && find /app \( -type d -name tests -o -name '_yaml.*.so' \) -prune -exec rm -r {} + \
 && echo /app > "$(/app/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/app.pth"

FROM ${BASE}
LABEL org.opencontainers.image.title="dbt-cloud-erd" \
      org.opencontainers.image.description="The entity-relationship diagram of a dbt Cloud run" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=libraries /app /app
COPY entrypoint.py /app/entrypoint.py
COPY erd /app/erd
# Importing all that a run can need proves that it can be imported in this image. Bytecode of each source that was read
# for it stays, the standard library's too (the base has none): a start takes a quarter of the time. Python takes it as
# it is, without a look at when its source was written: it is the same in every build, and holds wherever it is unpacked.
RUN ["/app/bin/python", "-I", "-B", "-c", "\
import sys\n\
read = {module.__spec__.origin for module in sys.modules.values() if module.__spec__ and module.__spec__.cached}\n\
sys.addaudithook(lambda event, given: event == 'open' and read.add(str(given[0])))\n\
import importlib.util, pkgutil, py_compile, tomllib, click, github, msgspec, requests, yaml, erd\n\
for module in pkgutil.walk_packages(erd.__path__, 'erd.'):\n\
    module.name.endswith('__main__') or importlib.import_module(module.name)\n\
compiled = {importlib.util.source_from_cache(path) for path in read if path.endswith('.pyc')}\n\
for source in sorted(compiled | {path for path in read if path.endswith('.py')}):\n\
    py_compile.compile(source, doraise=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)\n"]

# No USER: the runner mounts folders that only root may write to; files are then given to the folder's owner.
WORKDIR /workspace
# -I: only /app is imported from. Neither the working folder (somebody's pull request), nor PYTHONPATH, nor the home
# folder can put a module in the way. It ignores PYTHONUNBUFFERED too, hence -u: log lines leave as they are written.
ENTRYPOINT ["/app/bin/python", "-I", "-u", "/app/entrypoint.py"]
