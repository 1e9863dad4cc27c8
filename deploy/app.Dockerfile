# app, actions and scheduler (Python 3.12): one image, three commands.
#   docker build -f deploy/app.Dockerfile -t lebailleur-app .
FROM python:3.12-slim-bookworm AS made
WORKDIR /app
RUN python -m venv .venv
COPY requirements/app.txt requirements/app.txt
RUN .venv/bin/pip install --no-cache-dir --no-compile --require-hashes -r requirements/app.txt
COPY pyproject.toml ./
COPY lebailleur lebailleur
COPY actions actions
# Editable: the code finds its migrations and templates beside it, as in the repository.
RUN .venv/bin/pip install --no-cache-dir --no-build-isolation --no-deps -e . \
    && .venv/bin/python -m compileall -q lebailleur actions

FROM python:3.12-slim-bookworm
ENV PATH="/app/.venv/bin:$PATH" PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp HOST=0.0.0.0
WORKDIR /app
# var/ is where a volume may be put: SQLite, or Rasa's tracker for `lebailleur reseal`.
RUN useradd --system --uid 10001 --no-create-home lebailleur && install -d -o 10001 -m 0700 var
COPY --from=made /app /app
COPY domain.yml ./
COPY migrations migrations
COPY templates templates
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ.get('PORT') or 8000}/healthz\", timeout=4)"]
CMD ["lebailleur", "serve"]
