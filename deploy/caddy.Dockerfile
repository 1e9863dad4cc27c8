# Caddy with our Caddyfile, as a user without rights; its certificates are in the volume /data.
FROM caddy:2.11-alpine
RUN adduser -S -D -H -u 10001 caddy && mkdir -p /data/caddy /config/caddy \
    && chown -R 10001 /data /config
COPY deploy/Caddyfile /etc/caddy/Caddyfile
USER 10001
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
    CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:2019/config/"]
