# The page and the monitor in one container. State lives in the volume; configuration is mounted read-only.
FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements.lock pyproject.toml README.md ./
RUN python -m venv /opt/meetlat && /opt/meetlat/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY monitor monitor
COPY statuspage statuspage
RUN /opt/meetlat/bin/pip install --no-cache-dir --no-deps .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/meetlat --create-home meetlat
COPY --from=build /opt/meetlat /opt/meetlat
COPY config /etc/meetlat
ENV PATH=/opt/meetlat/bin:$PATH MEETLAT_STATE=/var/lib/meetlat PYTHONUNBUFFERED=1
USER meetlat
VOLUME /var/lib/meetlat
# The page; the admin and the sign-up, when they listen beyond loopback: `host` in [admin] and [subscribe].
EXPOSE 8080 8081 8083
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["meetlat"]
CMD ["run", "/etc/meetlat", "--host", "0.0.0.0", "--port", "8080"]
