/** What members reported. */
import Review from "./Review";

export default function Reports() {
  return <Review only="REPORT" />;
}
