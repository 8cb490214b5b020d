/**
 * A number as the programs write it into a table (shortest_decimal.h): the fewest digits that say which it is, with an
 * exponent where that is shorter. C++ needs 100 kB of tables for it, and each browser has them.
 * @param {number} x
 */
function decimal(x) {
  if (Number.isNaN(x)) return "nan";
  const sign = x < 0 || Object.is(x, -0) ? "-" : "";
  if (!Number.isFinite(x)) return `${sign}inf`;
  const [mantissa, power] = Math.abs(x).toExponential().split("e");
  const digits = mantissa.replace(".", ""), exponent = Number(power);
  const scientific = `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  const after = digits.length - 1 - exponent;  // digits behind the point
  const fixed = after <= 0 ? String(BigInt(Math.abs(x))) :
    exponent < 0 ? `0.${"0".repeat(-exponent - 1)}${digits}` : `${digits.slice(0, -after)}.${digits.slice(-after)}`;
  return sign + (fixed.length <= scientific.length ? fixed : scientific);
}
