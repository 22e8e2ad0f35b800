import type { Handlers } from '../contract/types.ts';
import type { ExportService } from './export.service.ts';

export function exportHandlers(exports: ExportService): Pick<Handlers, 'exportMyData'> {
  return {
    exportMyData: async ({ principal, client }) => {
      const { at, stream } = await exports.begin(principal, client);
      const disposition = `attachment; filename="taskpact-export-${at.slice(0, 10)}.json"`;
      return { status: 200, headers: { 'Content-Disposition': disposition }, stream };
    },
  };
}
