# The server without its development tools and without the embedded PostgreSQL: bring a DATABASE_URL.
FROM node:24-bookworm-slim

WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/var/lib/taskpact
RUN install -d -o node -g node -m 700 /var/lib/taskpact

COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional && npm cache clean --force

COPY openapi.yaml ./
COPY migrations ./migrations
COPY scripts/backup.ts scripts/jobs.ts scripts/migrate.ts scripts/with-database.ts ./scripts/
COPY src ./src

USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3000/health/live').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
CMD ["node", "src/main.ts"]
