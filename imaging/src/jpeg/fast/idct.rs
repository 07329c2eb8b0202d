//! The inverse DCT of several blocks at once, to N × N samples each.
//!
//! libjpeg's way to scale: the N-point transform of the N × N lowest coefficients. Blocks lie
//! side by side, so that the compiler has loops over lanes to turn into vector instructions.
//!
//! Numbers have 16 bits, three of them fractional in coefficients and six in samples.

/// Blocks that are transformed together.
pub(super) const LANES: usize = 16;

/// Returns the size of a group: the coefficients of [`LANES`] blocks, those of one place together.
/// The last of them are for what is not needed.
pub(super) const fn group(n: usize) -> usize {
    (n * n + 1) * LANES
}

/// `N` × `N` samples of each block, rows of all blocks.
pub(super) type Tile<const N: usize> = [[[u8; N]; LANES]; N];

/// √2 cos(iπ / 2N), the factors of an N-point transform.
struct Factors<const N: usize>;

impl<const N: usize> Factors<N> {
    /// By coefficient and sample, in 65536ths; the first coefficient's are 1.
    const TABLE: [[i32; N]; N] = {
        let mut table = [[1 << 16; N]; N];
        let mut u = 1;
        while u < N {
            let mut x = 0;
            while x < N {
                let factor = 65_536.0 * std::f64::consts::SQRT_2 * cosine((2 * x + 1) * u, 2 * N);
                table[u][x] =
                    if factor < 0.0 { (factor - 0.5) as i32 } else { (factor + 0.5) as i32 };
                x += 1;
            }
            u += 1;
        }
        table
    };
}

/// Returns cos(π number / of), by its series.
const fn cosine(number: usize, of: usize) -> f64 {
    let angle = number % (2 * of);
    let half_turn = if angle > of { 2 * of - angle } else { angle };
    let (quarter_turn, sign) =
        if 2 * half_turn > of { (of - half_turn, -1.0) } else { (half_turn, 1.0) };
    let x = std::f64::consts::PI * quarter_turn as f64 / of as f64;
    let mut sum = 1.0;
    let mut term = 1.0;
    let mut n = 1;
    while n < 24 {
        term *= -x * x / (n * (n + 1)) as f64;
        sum += term;
        n += 2;
    }
    sign * sum
}

/// Returns a product; the factor is in 65536ths, between -1.5 and 1.5.
#[inline(always)]
fn product(number: i16, factor: i32) -> i16 {
    let whole = (factor + (1 << 15)) >> 16;
    let part = factor - (whole << 16);
    // The high half of a product of 16 bits is an instruction.
    let product = ((i32::from(number) * part) >> 16) as i16;
    match whole {
        1 => product.wrapping_add(number),
        -1 => product.wrapping_sub(number),
        _ => product,
    }
}

/// Transforms one dimension.
#[inline(always)]
fn line<const N: usize>(input: [i16; N]) -> [i16; N] {
    let mut output = [0; N];
    for x in 0..N.div_ceil(2) {
        let mut even = input[0];
        let mut odd = 0_i16;
        for u in 1..N {
            let term = product(input[u], Factors::<N>::TABLE[u][x]);
            if u % 2 == 0 {
                even = even.wrapping_add(term);
            } else if 2 * x + 1 != N {
                odd = odd.wrapping_add(term); // in the middle it is zero
            }
        }
        output[x] = even.saturating_add(odd);
        output[N - 1 - x] = even.saturating_sub(odd);
    }
    output
}

/// Returns the factors of dequantisation, for coefficients in rows.
pub(super) fn weights<const N: usize>(table: &[u16; 64]) -> [[i16; N]; N] {
    std::array::from_fn(|v| std::array::from_fn(|u| (table[8 * v + u] << 3) as i16))
}

/// Transforms the blocks of a group to samples.
#[inline(never)]
pub(super) fn transform<const N: usize>(
    group: &[i16],
    weights: &[[i16; N]; N],
    tile: &mut Tile<N>,
) {
    let (coefficients, _) = group.as_chunks::<LANES>();
    let (rows, _) = coefficients.as_chunks::<N>();
    let Some(rows) = rows.first_chunk::<N>() else { return };
    let mut columns = [[[0; LANES]; N]; N];
    for u in 0..N {
        for lane in 0..LANES {
            let mut column = [0; N];
            for v in 0..N {
                column[v] = rows[v][u][lane].wrapping_mul(weights[v][u]);
            }
            let column = line(column);
            for v in 0..N {
                columns[u][v][lane] = column[v];
            }
        }
    }
    for y in 0..N {
        let mut samples = [[0; LANES]; N];
        for lane in 0..LANES {
            let mut row = [0; N];
            for u in 0..N {
                row[u] = columns[u][y][lane];
            }
            let row = line(row);
            for x in 0..N {
                samples[x][lane] = round(row[x]);
            }
        }
        for lane in 0..LANES {
            for x in 0..N {
                tile[y][lane][x] = samples[x][lane];
            }
        }
    }
}

/// Transforms the blocks of a group that have no coefficient but the first.
#[inline(never)]
pub(super) fn flat<const N: usize>(group: &[i16], weights: &[[i16; N]; N], tile: &mut Tile<N>) {
    let mut row = [[0; N]; LANES];
    for (lane, place) in row.iter_mut().enumerate() {
        let sample = round(group[lane].wrapping_mul(weights[0][0]));
        *place = [sample; N];
    }
    tile.fill(row);
}

/// Rounds to the nearest sample, with grey for zero.
#[inline(always)]
fn round(value: i16) -> u8 {
    (value.saturating_add((128 << 6) + 32) >> 6).clamp(0, 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    /// Returns a sample by the definition of the transform.
    fn sample<const N: usize>(coefficients: [[i16; N]; N], x: usize, y: usize) -> f64 {
        let factor = |u: usize, x: usize| match u {
            0 => 1.0,
            _ => f64::sqrt(2.0) * ((2 * x + 1) as f64 * u as f64 * PI / (2 * N) as f64).cos(),
        };
        let terms = (0..N * N)
            .map(|i| f64::from(coefficients[i / N][i % N]) * factor(i / N, y) * factor(i % N, x));
        (128.0 + terms.sum::<f64>() / 8.0).clamp(0.0, 255.0)
    }

    fn is_exact<const N: usize>() {
        let mut state = 1_u32;
        let mut random = move |most: i16| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((state >> 16) as i16).rem_euclid(2 * most + 1) - most
        };
        let weights = weights::<N>(&[3; 64]);
        for _ in 0..200 {
            let mut numbers = [[[0; N]; N]; LANES];
            let mut group = vec![0; group(N)];
            for (lane, block) in numbers.iter_mut().enumerate() {
                for (place, number) in block.as_flattened_mut().iter_mut().enumerate() {
                    *number = random(if place == 0 { 300 } else { 40 });
                    group[place * LANES + lane] = *number;
                    *number *= 3;
                }
            }
            let mut tile = [[[0; N]; LANES]; N];
            transform(&group, &weights, &mut tile);
            for (y, row) in tile.iter().enumerate() {
                for (lane, samples) in row.iter().enumerate() {
                    for (x, found) in samples.iter().enumerate() {
                        let wanted = sample(numbers[lane], x, y);
                        assert!(
                            (f64::from(*found) - wanted).abs() < 1.0,
                            "{N}: {found}, not {wanted}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn samples_are_those_of_the_definition() {
        is_exact::<1>();
        is_exact::<2>();
        is_exact::<3>();
        is_exact::<4>();
        is_exact::<5>();
        is_exact::<6>();
        is_exact::<7>();
        is_exact::<8>();
    }
}
