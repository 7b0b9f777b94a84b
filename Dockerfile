# The service, as a user without rights, on a root filesystem that may be read-only: docs/deployment.md.

FROM python:3.12-slim AS build
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev
COPY . /source
RUN pip wheel --wheel-dir /wheels --constraint /source/constraints.txt \
    --extra-index-url https://download.pytorch.org/whl/cpu '/source[service,pdf]'
# Where that index cannot be reached, pip takes the build for GPUs, and the image has 5.6 GB.
RUN ! ls /wheels | grep nvidia

FROM python:3.12-slim
RUN --mount=from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-index --find-links /wheels 'docextract[service,pdf]'
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin docextract
USER 10001
ENV DOCEXTRACT_HOST=0.0.0.0 DOCEXTRACT_PORT=8000 PYTHONDONTWRITEBYTECODE=1
EXPOSE 8000
HEALTHCHECK --start-period=60s \
    CMD python -c "from urllib.request import urlopen; urlopen('http://127.0.0.1:$DOCEXTRACT_PORT/healthz', timeout=3)"
ENTRYPOINT ["docextract"]
CMD ["serve"]
