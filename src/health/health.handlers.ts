import type { Handlers } from '../contract/types.ts';
import type { HealthService } from './health.service.ts';

export function healthHandlers(
  health: HealthService,
): Pick<Handlers, 'getHealth' | 'getLiveness' | 'getReadiness'> {
  return {
    getHealth: async () => {
      await health.requireDatabase();
      const { version, uptime } = health.describe();
      return { status: 200, body: { status: 'ok', version, uptime, database: 'ok' } };
    },

    getLiveness: async () => ({ status: 200, body: { status: 'ok' } }),

    getReadiness: async () => {
      await health.requireReady();
      return { status: 200, body: { status: 'ok' } };
    },
  };
}
