import { defineConfig } from 'tsdown';

// One ES module and one CommonJS module, each with its types. The generated client is bundled in.
// biome-ignore lint/style/noDefaultExport: tsdown asks for it
export default defineConfig({
  entry: ['src/index.ts'],
  format: ['esm', 'cjs'],
  // What Node 20 and browsers of the last three years know.
  target: 'es2022',
  platform: 'neutral',
  fixedExtension: true,
  sourcemap: true,
  dts: { sourcemap: true },
});
