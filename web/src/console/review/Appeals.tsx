/** Appeals: somebody else decides, and is not shown what the first one decided. */
import Review from "./Review";

export default function Appeals() {
  return <Review only="APPEAL" />;
}
