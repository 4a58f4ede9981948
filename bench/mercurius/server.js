// The home screen of bench/home_screen.py by mercurius with JIT, on a port of its own choosing.
//
// Standard input has one JSON object, `sdl` and `data`; the port is the one line of output.

import Fastify from 'fastify'
import { GraphQLScalarType } from 'graphql'
import mercurius from 'mercurius'
import { text } from 'node:stream/consumers'

const { sdl, data } = JSON.parse(await text(process.stdin))

// Objects as a service has them: times are dates, and members are referred to.
for (const post of data.posts) {
  post.createdAt = new Date(post.createdAt)
  post.author = data.authors[post.author]
}
for (const place of data.places) place.member = data.authors[place.member]
for (const one of data.challenges) one.endsAt = one.endsAt && new Date(one.endsAt)

const DateTime = new GraphQLScalarType({
  name: 'DateTime',
  serialize: (time) => time.toISOString(),
})
const Long = new GraphQLScalarType({
  name: 'Long',
  serialize: (number) => {
    if (!Number.isSafeInteger(number)) throw new TypeError('not a Long')
    return number
  },
})

const resolvers = {
  DateTime,
  Long,
  Author: { tier: () => data.gold },
  Query: {
    me: async () => data.authors[0],
    feed: async (_, { first }) => ({
      edges: data.posts.slice(0, first).map((node, n) => ({ cursor: `cursor-${n}`, node })),
      pageInfo: { hasNextPage: true, endCursor: 'c' },
    }),
    board: async (_, { first }) => data.places.slice(0, first),
    challenges: async () => data.challenges,
  },
}

const app = Fastify({ logger: false })
app.register(mercurius, { schema: sdl, resolvers, jit: 1 })
await app.listen({ host: '127.0.0.1', port: 0 })
console.log(app.server.address().port)
