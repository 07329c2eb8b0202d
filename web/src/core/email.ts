/** E-mail addresses, and which of them are the same. */

/** Returns a domain as DNS has it: without case, and in ASCII. */
function domainOf(address: string): string {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  const url = `https://${domain}`;
  return URL.canParse(url) ? new URL(url).hostname : domain.toLowerCase().normalize();
}

function localPartOf(address: string): string {
  return address.slice(0, address.lastIndexOf('@')).toLowerCase().normalize();
}

/** Tells that two addresses are one, as the service compares them: `bücher.example` is `xn--bcher-kva.example`. */
export function isSameAddress(one: string, other: string): boolean {
  return localPartOf(one) === localPartOf(other) && domainOf(one) === domainOf(other);
}
