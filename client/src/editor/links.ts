const SCHEMES = new Set(["http:", "https:", "mailto:"]);

/** The address if it is one that a note may hold (http, https, mailto), otherwise null. */
export function safeLink(address: unknown): string | null {
  if (typeof address !== "string" || address.length > 4096) return null;
  try {
    return SCHEMES.has(new URL(address.trim()).protocol) ? address.trim() : null;
  } catch {
    return null;
  }
}
