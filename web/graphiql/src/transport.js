// Queries and mutations go by HTTP, subscriptions by graphql-transport-ws, both as whoever the
// headers editor says.
import { createClient } from "graphql-ws";
import { getOperationAST, parse } from "graphql";

const PATH = "/graphql";

export function send(params, options, language) {
  const headers = { "accept-language": language, ...lowered(options?.headers) };
  return isSubscription(params) ? follow(params, headers) : ask(params, headers);
}

// Read from the text: what GraphiQL says of it lags behind the editor.
function isSubscription({ query, operationName }) {
  try {
    return getOperationAST(parse(query), operationName)?.operation === "subscription";
  } catch {
    return false; // the server says what is wrong with it
  }
}

async function ask(params, headers) {
  const answer = await fetch(PATH, {
    method: "POST",
    headers: {
      accept: "application/graphql-response+json",
      "content-type": "application/json",
      ...headers,
    },
    body: JSON.stringify(params),
  });
  return answer.json();
}

// A socket of its own for each subscription: the token is given when it opens.
async function* follow(params, headers) {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const client = createClient({
    url: `${scheme}://${location.host}${PATH}`,
    retryAttempts: 0,
    connectionParams: {
      acceptLanguage: headers["accept-language"],
      ...(headers.authorization && { authorization: headers.authorization }),
    },
  });
  try {
    yield* client.iterate(params);
  } catch (error) {
    yield told(error);
  } finally {
    await client.dispose();
  }
}

function told(error) {
  if (Array.isArray(error)) return { errors: error };
  if (error instanceof CloseEvent) return { closed: error.code, reason: error.reason };
  return { error: String(error) };
}

function lowered(headers) {
  return Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
