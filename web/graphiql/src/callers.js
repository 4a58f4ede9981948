// A caller is a token in the headers of a tab; a visitor has none.
export function headersOf(token) {
  return JSON.stringify(token ? { authorization: `Bearer ${token}` } : {}, null, 2);
}

// The token in a tab's headers; "" where there is none, or no JSON yet.
export function tokenOf(headers) {
  try {
    const given = Object.entries(JSON.parse(headers)).find(([name]) => /^authorization$/i.test(name));
    return String(given?.[1] ?? "").replace(/^bearer\s+/i, "");
  } catch {
    return "";
  }
}
