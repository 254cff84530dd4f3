//! Chance that comes out the same every time.
//!
//! What is made up of a row depends on the seed, on what the row is and on its number, never on the rows before it: so a customer
//! can be made again when an order of two years later needs to know when it registered, without anybody remembering it.

use chrono::{DateTime, Utc};
use rand::rngs::ChaCha8Rng;
use rand::{Rng as _, SeedableRng as _};
use uuid::{Builder, Uuid};

/// What is made up.
#[derive(Clone, Copy, Debug)]
#[repr(u16)]
pub(super) enum Of {
    Organisation,
    Plan,
    Product,
    Variant,
    Stock,
    Segment,
    List,
    Kpi,
    Clock,
    Customer,
    Subscription,
    Interaction,
    Order,
    Payment,
    Attribution,
    Campaign,
    Content,
    Execution,
    Measurement,
    Metric,
    Report,
    Book,
    Event,
    Configuration,
}

/// Where all chance of one seed comes from.
#[derive(Clone, Debug)]
pub(super) struct Source([u8; 32]);

impl Source {
    pub(super) fn new(seed: u64) -> Self {
        let mut key = [0; 32];
        ChaCha8Rng::seed_from_u64(seed).fill_bytes(&mut key);
        Self(key)
    }

    /// The chance of the `n`-th of its kind.
    pub(super) fn of(&self, what: Of, n: u64) -> Dice {
        let mut rng = ChaCha8Rng::from_seed(self.0);
        // 2^48 of each kind are more than any database holds.
        rng.set_stream(((what as u64) << 48) | (n & 0xffff_ffff_ffff));
        Dice(rng)
    }
}

/// The chance of one row, to be asked in the same order every time.
#[derive(Debug)]
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    /// 0 to `n` - 1; 0 of nothing.
    pub(super) fn below(&mut self, n: u64) -> u64 {
        let product = u128::from(self.0.next_u64()) * u128::from(n);
        u64::try_from(product >> 64).unwrap_or(0)
    }

    /// Both ends count.
    pub(super) fn between(&mut self, least: i64, most: i64) -> i64 {
        let span = u64::try_from(most - least + 1).unwrap_or(1);
        least + i64::try_from(self.below(span)).unwrap_or(0)
    }

    /// The same, for a column.
    pub(super) fn count(&mut self, least: i32, most: i32) -> i32 {
        i32::try_from(self.between(least.into(), most.into())).unwrap_or(least)
    }

    /// An index of something so long.
    pub(super) fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).unwrap_or(0)
    }

    /// Whether it happens, of a thousand times.
    pub(super) fn chance(&mut self, of_thousand: u64) -> bool {
        self.below(1_000) < of_thousand
    }

    /// One of them; there has to be one.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.index(from.len())]
    }

    /// An id of that instant (UUIDv7), of any table.
    pub(super) fn id<I: From<Uuid>>(&mut self, at: DateTime<Utc>) -> I {
        let mut random = [0; 16];
        self.0.fill_bytes(&mut random);
        let mut tail = [0; 10];
        tail.copy_from_slice(&random[6..]);
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
        Builder::from_unix_timestamp_millis(millis, &tail)
            .into_uuid()
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_number_has_the_same_chance_and_another_another() {
        let roll = |seed, what, n| Source::new(seed).of(what, n).below(1_000_000);
        assert_eq!(roll(1, Of::Order, 7), roll(1, Of::Order, 7));
        let others = [
            roll(2, Of::Order, 7),
            roll(1, Of::Payment, 7),
            roll(1, Of::Order, 8),
        ];
        assert!(!others.contains(&roll(1, Of::Order, 7)));
    }

    #[test]
    fn bounds_are_kept() {
        let mut dice = Source::new(1).of(Of::Order, 1);
        for _ in 0..1_000 {
            assert!((-2..=2).contains(&dice.between(-2, 2)));
            assert!(dice.below(3) < 3);
        }
        assert_eq!(dice.below(0), 0);
    }
}
