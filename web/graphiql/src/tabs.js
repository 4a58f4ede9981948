// The tab that was shown when the page was left. GraphiQL keeps its tabs, but unless it is told which
// one to show it opens an empty one beside them.
export function tabShownLast() {
  try {
    const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem("graphiql:tabState"));
    const { query, variables } = tabs[activeTabIndex];
    return { query: query ?? undefined, variables: variables ?? undefined };
  } catch {
    return null; // nothing kept
  }
}
