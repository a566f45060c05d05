/**
 * Is an arm treated worse than its controls? The bet on ranks of `checks/core/betting.py`, read there why it is sound; the same
 * numbers come out (tests/vectors/betting.json).
 */

export const STAKE = 0.12;

/**
 * What one block pays for an arm of that score beside these controls; a lower score is worse.
 * @param {number} arm
 * @param {number[]} controls
 * @param {number} [stake] how much is kept back
 * @returns {number}
 */
export function payoff(arm, controls, stake = STAKE) {
  if (controls.length === 0) {
    return 1;
  }
  if (controls.some((control) => control < arm)) {
    return stake;
  }
  const ranks = controls.length + 1;
  const level = 1 + controls.filter((control) => control === arm).length;
  return (ranks * (1 - stake) + level * stake) / level;
}

/**
 * The highest wealth that a bet on the worst rank ever had: at most 1 in `odds` ever reaches `odds` where all are treated alike.
 * @param {{ arm: number, controls: number[] }[]} blocks
 * @returns {{ now: number, highest: number }}
 */
export function wealthOf(blocks) {
  let now = 1;
  let highest = 1;
  for (const { arm, controls } of blocks) {
    now *= payoff(arm, controls);
    highest = Math.max(highest, now);
  }
  return { now, highest };
}
