# The image of web, workers, beat and migrate: docker-compose.yml says which is which.
# Two stages, so that pip and its cache stay behind. Nothing in it is secret, and it runs as a user that owns nothing.

FROM python:3.11-slim AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/masthead
COPY requirements/app.lock /app.lock
RUN /opt/masthead/bin/pip install --require-hashes -r /app.lock


FROM python:3.11-slim
COPY --from=packages /opt/masthead /opt/masthead
ENV PATH=/opt/masthead/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MASTHEAD_VAR=/var/lib/masthead \
    STATIC_ROOT=/app/static
RUN useradd --system --uid 10001 --no-create-home masthead && install -d -o masthead /var/lib/masthead
WORKDIR /app
COPY manage.py ./
COPY config/ config/
COPY foundation/ foundation/
COPY subscriptions/ subscriptions/
COPY orders/ orders/
COPY web/ web/
COPY deploy/healthcheck.py deploy/
# Needs no secret and no database: outside production the settings have a key that everybody knows.
RUN python manage.py collectstatic --noinput && python -m compileall -q config foundation subscriptions orders web

ARG MASTHEAD_COMMIT=unknown
ENV MASTHEAD_COMMIT=$MASTHEAD_COMMIT MASTHEAD_ENV=production
USER masthead
VOLUME /var/lib/masthead
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "deploy/healthcheck.py"]
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "8", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
