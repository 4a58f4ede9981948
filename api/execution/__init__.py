"""How a GraphQL document is taken in, limited, executed and answered, over HTTP and WebSocket."""
