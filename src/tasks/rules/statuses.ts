/** Neither done nor given up. */
export function isOpen(status: string): boolean {
  return status === 'pending' || status === 'in_progress';
}
