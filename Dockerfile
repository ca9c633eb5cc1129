# Runs everything on one machine, for who has no Python: the API and its pages on port 8000, the sandbox of the providers
# on port 8001. Both must have the same ports outside, because a browser follows links from one to the other:
#
#   docker build --tag contact-intake .
#   docker run --rm --publish 127.0.0.1:8000:8000 --publish 127.0.0.1:8001:8001 --volume contact-intake:/data contact-intake
FROM python:3.13-slim

WORKDIR /service
COPY requirements.txt requirements-local.txt requirements-embedded-aws.txt ./
RUN python -m venv .venv \
    && .venv/bin/python -m pip install --no-cache-dir -r requirements-local.txt \
    && python -m venv .venv/embedded-aws \
    && .venv/embedded-aws/bin/python -m pip install --no-cache-dir -r requirements-embedded-aws.txt
COPY app.py ./
COPY .chalice .chalice
COPY chalicelib chalicelib
COPY local local
RUN useradd --uid 1000 --create-home service \
    && mkdir .local /data \
    && chown service .local /data
USER 1000
VOLUME /data
EXPOSE 8000 8001
HEALTHCHECK --interval=30s --start-period=60s \
    CMD [".venv/bin/python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/api/v1/health')"]
# Tini's work is done by `up` itself: it stops on SIGTERM, saves the data and ends its parts.
STOPSIGNAL SIGTERM
CMD [".venv/bin/python", "-m", "local", "up", "--host", "0.0.0.0", "--port", "8000", "--sandbox-port", "8001", "--data-dir", "/data"]
