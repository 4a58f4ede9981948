/** How the cache knows things again, joins pages, and shows what a tap will do before it is done. */
import type { Cache, CacheExchangeOpts, Entity } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";
import { ABSTRACT, KEYLESS } from "./generated";

const PAGED: Record<string, readonly string[]> = {
  Query: ["feed", "searchPosts", "products", "challenges", "rewards"],
  PointsAccount: ["entries"],
  Post: ["comments"],
  Product: ["posts"],
  Member: ["posts", "notifications", "coupons", "challenges", "redemptions", "followers", "following", "badges"],
};

export function cacheOptions(): CacheExchangeOpts {
  return {
    possibleTypes: ABSTRACT,
    keys: Object.fromEntries(KEYLESS.map((name) => [name, () => null])),
    resolvers: Object.fromEntries(
      Object.entries(PAGED).map(([type, fields]) => [
        type,
        Object.fromEntries(fields.map((field) => [field, relayPagination()])),
      ]),
    ),
    optimistic: {
      likePost: ({ input }, cache) => liked(cache, "Post", idOf(input, "postId"), true),
      unlikePost: ({ input }, cache) => liked(cache, "Post", idOf(input, "postId"), false),
      likeComment: ({ input }, cache) => liked(cache, "Comment", idOf(input, "commentId"), true),
      unlikeComment: ({ input }, cache) => liked(cache, "Comment", idOf(input, "commentId"), false),
      followMember: ({ input }, cache) => followed(cache, idOf(input, "memberId"), true),
      unfollowMember: ({ input }, cache) => followed(cache, idOf(input, "memberId"), false),
      checkIn: () => ({ __typename: "CheckInPayload", userErrors: [], streak: null, entry: null }),
    },
    updates: {
      Mutation: {
        createPost: (_result, _args, cache) => forget(cache, "Member", "posts"),
        deletePost: (_result, args, cache) =>
          cache.invalidate({ __typename: "Post", id: idOf((args as { input: unknown }).input, "postId") } as Entity),
        addComment: (_result, args, cache) =>
          forgetOf(cache, { __typename: "Post", id: idOf((args as { input: unknown }).input, "postId") }, "comments"),
        redeemReward: (_result, _args, cache) => {
          forget(cache, "Query", "rewards");
          forget(cache, "Member", "coupons");
          forget(cache, "Member", "redemptions");
        },
        cancelRedemption: (_result, _args, cache) => forget(cache, "Query", "rewards"),
        markNotificationsRead: (_result, _args, cache) => forget(cache, "Member", "notifications"),
      },
    },
  };
}

function idOf(input: unknown, field: string): string {
  return (input as Record<string, string>)[field] ?? "";
}

function liked(cache: Cache, type: "Post" | "Comment", id: string, now: boolean) {
  const entity = { __typename: type, id };
  const before = cache.resolve(entity, "viewerLiked") === true;
  const count = Number(cache.resolve(entity, "likeCount") ?? 0);
  const step = before === now ? 0 : now ? 1 : -1;
  const thing = { ...entity, viewerLiked: now, likeCount: Math.max(0, count + step) };
  return { __typename: `${type}Payload`, userErrors: [], [type.toLowerCase()]: thing };
}

function followed(cache: Cache, id: string, now: boolean) {
  const entity = { __typename: "Member", id };
  const before = cache.resolve(entity, "viewerFollows") === true;
  const count = Number(cache.resolve(entity, "followerCount") ?? 0);
  const member = { ...entity, viewerFollows: now, followerCount: count + (before === now ? 0 : now ? 1 : -1) };
  return { __typename: "MemberPayload", userErrors: [], member };
}

function forget(cache: Cache, type: "Query" | "Member", field: string): void {
  if (type === "Query") return forgetOf(cache, "Query", field);
  const me = cache.resolve("Query", "me") as Entity | null;
  if (me) forgetOf(cache, me, field);
}

function forgetOf(cache: Cache, entity: Entity, field: string): void {
  for (const one of cache.inspectFields(entity)) {
    if (one.fieldName === field) cache.invalidate(entity, field, one.arguments ?? undefined);
  }
}
