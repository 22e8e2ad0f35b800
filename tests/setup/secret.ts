/** Signs access tokens in tests that do not care what does: long enough for production. */
export const JWT_SECRET = 'kR7vQ2mX9pL4wN8sT3bY6cZ1dF5gH0jA';
