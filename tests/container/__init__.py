"""The image, built and run as GitHub's runner does it, and as `docker run` does in any other CI."""
