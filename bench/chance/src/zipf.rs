//! Zipf's law: few are asked for often, and many seldom.

/// The division of looks among albums by their ranks.
#[derive(Clone, Debug)]
pub struct Zipf(Vec<f64>);

impl Zipf {
    /// Returns the law over so many ranks.
    pub fn new(ranks: u32, exponent: f64) -> Self {
        let weight = |rank: u32| f64::from(rank).powf(-exponent);
        let all: f64 = (1..=ranks).map(weight).sum();
        let mut sum = 0.0;
        let mut cumulative = Vec::new();
        for rank in 1..=ranks {
            sum += weight(rank) / all;
            cumulative.push(sum);
        }
        Self(cumulative)
    }

    /// Returns the part of all looks that the first so many ranks have.
    pub fn share(&self, ranks: usize) -> f64 {
        let last = ranks.min(self.0.len());
        last.checked_sub(1).map_or(0.0, |at| self.0[at])
    }

    /// Returns the rank, counted from 0, of a number between 0 and 1.
    pub fn rank(&self, number: f64) -> usize {
        self.0.partition_point(|sum| *sum < number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Random;

    #[test]
    fn the_first_album_is_looked_at_as_often_as_the_law_says() {
        let law = Zipf::new(10_000, 1.1);
        let mut random = Random::new(7);
        let first = (0..100_000)
            .filter(|_| law.rank(random.unit()) == 0)
            .count();
        // One over the sum of all weights, which is 6.5.
        assert!((14_500..16_500).contains(&first), "{first}");
        assert!((law.share(10_000) - 1.0).abs() < 1e-9);
        assert!((law.share(1) - 0.155).abs() < 0.01, "{}", law.share(1));
    }

    #[test]
    fn of_two_albums_the_second_has_half_a_look_less_the_exponent() {
        let law = Zipf::new(2, 1.0);
        assert!((law.share(1) - 2.0 / 3.0).abs() < 1e-9);
        assert_eq!((law.rank(0.6), law.rank(0.7)), (0, 1));
    }
}
