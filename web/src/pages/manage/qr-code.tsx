/** A text as a QR code, dark on light in both themes: cameras expect it so. */

import { correction, generate } from 'lean-qr';
import { useMemo } from 'preact/hooks';
// It shares Preact with the shell, which is one file only while all that share it import it.
import '../../shell';

/** The quiet zone around it, in modules. */
const MARGIN = 3;

export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => {
    const code = generate(text, { minCorrectionLevel: correction.M });
    const parts: string[] = [];
    for (let y = 0; y < code.size; y += 1) {
      for (let x = 0; x < code.size; x += 1) {
        if (code.get(x, y)) parts.push(`M${x + MARGIN} ${y + MARGIN}h1v1h-1z`);
      }
    }
    return { size: code.size + 2 * MARGIN, path: parts.join('') };
  }, [text]);
  return (
    <svg class="qr-code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <path fill="#fff" d={`M0 0h${size}v${size}H0z`} />
      <path fill="#2c2018" d={path} shape-rendering="crispEdges" />
    </svg>
  );
}
