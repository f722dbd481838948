# The image of the Action, and of `docker run` in any other CI. It is built by GitHub's runner as it stands, without build
# arguments and from this folder; BASE is for places where the registry that holds the digest cannot be reached.
ARG BASE=python:3.13-slim@sha256:9d2e5553305c7c7b0097999bb17187c69b921ccd6bc9d40e4bb5ebe652c00285

FROM ${BASE} AS libraries
COPY requirements.txt /tmp/requirements.txt
# Wheels only, each held to its hash: nothing is compiled and nothing resolved here. cryptography goes again: PyGithub
# needs it to sign in as a GitHub App with a private key, which this tool never does, and it is half of the whole
# (15 of 29 MB). The .pth file makes `import erd` work although python runs isolated, see ENTRYPOINT.
RUN python -m venv --without-pip /app \
 && pip --python /app/bin/python --disable-pip-version-check --no-cache-dir install \
      --no-deps --require-hashes --only-binary :all: --no-compile --requirement /tmp/requirements.txt \
 && pip --python /app/bin/python --disable-pip-version-check uninstall --yes cryptography \
 && find /app -type d -name tests -prune -exec rm -r {} + \
 && echo /app > "$(/app/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/app.pth"

FROM ${BASE}
LABEL org.opencontainers.image.title="dbt-cloud-erd" \
      org.opencontainers.image.description="The entity-relationship diagram of a dbt Cloud run" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=libraries /app /app
COPY entrypoint.py /app/entrypoint.py
COPY erd /app/erd
# Importing all that a run can need leaves its bytecode behind, the standard library's too (the base has none): a start
# takes a quarter of the time. It also proves that every module can be imported in this image.
RUN ["/app/bin/python", "-I", "-c", "\
import importlib, pkgutil, tomllib, click, github, msgspec, requests, yaml, erd\n\
for module in pkgutil.walk_packages(erd.__path__, 'erd.'):\n\
    module.name.endswith('__main__') or importlib.import_module(module.name)\n"]

# No USER: the runner mounts folders that only root may write to; files are then given to the folder's owner.
WORKDIR /workspace
# -I: only /app is imported from. Neither the working folder (somebody's pull request), nor PYTHONPATH, nor the home
# folder can put a module in the way. It ignores PYTHONUNBUFFERED too, hence -u: log lines leave as they are written.
ENTRYPOINT ["/app/bin/python", "-I", "-u", "/app/entrypoint.py"]
