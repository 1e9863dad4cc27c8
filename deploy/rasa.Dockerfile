# Rasa (Python 3.10) with its model, which is trained here: the larger image, which sees no database.
#   docker build -f deploy/rasa.Dockerfile -t lebailleur-rasa .
FROM python:3.10-slim-bookworm AS made
ENV RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=3 SQLALCHEMY_SILENCE_UBER_WARNING=1
WORKDIR /app
RUN python -m venv .venv-rasa
COPY requirements/rasa.txt requirements/rasa.txt
RUN .venv-rasa/bin/pip install --no-cache-dir --no-compile --require-hashes -r requirements/rasa.txt
COPY config.yml credentials.yml domain.yml endpoints.yml ./
COPY data data
COPY nlu nlu
COPY lebailleur/__init__.py lebailleur/logs.py lebailleur/seal.py lebailleur/
COPY scripts/run-rasa scripts/run-rasa
# As scripts/train does it; the phrases are checked first.
RUN mkdir models && .venv-rasa/bin/python -W ignore -m nlu.taught models/lebailleur.phrases.json \
    && PYTHONPATH=. .venv-rasa/bin/rasa train --skip-validation --fixed-model-name lebailleur --out models \
    && rm -rf .rasa data models/*.json*

FROM python:3.10-slim-bookworm
ENV PATH="/app/.venv-rasa/bin:$PATH" PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp \
    RASA_HOST=0.0.0.0 RASA_PORT=5005 TRACKER_DB=/app/var/tracker.db \
    RASA_TELEMETRY_ENABLED=false LOG_LEVEL=WARNING SANIC_WORKERS=1 \
    TF_CPP_MIN_LOG_LEVEL=3 SQLALCHEMY_SILENCE_UBER_WARNING=1
WORKDIR /app
RUN useradd --system --uid 10001 --no-create-home lebailleur && install -d -o 10001 -m 0700 var
COPY --from=made /app /app
USER 10001
EXPOSE 5005
# Healthy once it has its model.
HEALTHCHECK --interval=15s --timeout=10s --start-period=180s --retries=4 \
    CMD ["python", "-c", "import os, urllib.parse as p, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['RASA_PORT']}/status?\" + p.urlencode({'token': os.environ['RASA_TOKEN']}), timeout=9)"]
CMD ["scripts/run-rasa"]
