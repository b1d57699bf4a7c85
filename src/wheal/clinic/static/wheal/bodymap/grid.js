// A grid over the outline, laid by the server, which knows the danger zones and the patient's scale.
import { say } from "../words.js";
import { token, whose } from "../token.js";

export async function layGrid(map) {
  const { outline } = map.history.now;
  const ground = outline.length ? outline : map.state.standard ?? [];
  const { pattern, spacing_cm } = map.settings.held;
  try {
    const response = await fetch(map.dataset.layGridUrl, {
      method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token(), ...whose },
      body: JSON.stringify({ pass: map.state.pass, outline: ground, pattern, spacing_cm }),
    });
    const answer = await response.json();
    if (!response.ok) return map.tell(answer.message ?? say("grid_failed"));
    if (!answer.points.length) return map.tell(say("grid_none"));
    map.pointing.moving.let();
    map.change({ outline: ground, points: answer.points });
    const laid = say("points", { count: answer.points.length });
    map.tell(answer.left_out ? `${laid}. ${say("left_out", { count: answer.left_out })}` : laid);
  } catch (problem) {
    map.tell(say(problem instanceof TypeError ? "grid_away" : "grid_failed")); // fetch says TypeError where nobody answers
  }
}
