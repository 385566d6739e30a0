# The web server and the worker; PostgreSQL and Redis are separate services (docker-compose.yml).
FROM node:22-slim AS front-end
WORKDIR /site
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
COPY style style
COPY static/js static/js
RUN npm run style

FROM python:3.12-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 OSMSITE_DATA_DIR=/data
WORKDIR /site
COPY pyproject.toml constraints.txt ./
COPY scripts scripts
RUN python scripts/requirements.py >/tmp/requirements.txt \
 && pip install -c constraints.txt -r /tmp/requirements.txt && rm /tmp/requirements.txt
COPY . .
COPY --from=front-end /site/node_modules node_modules
COPY --from=front-end /site/build build
RUN useradd --system --uid 10001 osmsite && install -d -o osmsite -g osmsite /data
USER osmsite
VOLUME /data
EXPOSE 8000
# Migrations, static files, web server; the worker is a separate service.
CMD ["python", "manage.py", "up", "--host", "0.0.0.0", "--no-celery"]
