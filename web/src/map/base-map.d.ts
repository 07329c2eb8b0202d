/** The base map, as world.mjs writes it. */
declare module '#world' {
  const text: string;
  export default text;
}
