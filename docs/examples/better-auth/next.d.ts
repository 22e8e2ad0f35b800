/** As much of Next.js as the examples use, so that they can be checked without it. */
declare module 'next/headers' {
  export function headers(): Promise<Headers>;
}

declare namespace JSX {
  interface IntrinsicElements {
    readonly [element: string]: object;
  }
}
