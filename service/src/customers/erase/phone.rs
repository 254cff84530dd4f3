//! A phone number, however it is written.

use std::ops::Range;

use super::needles::escaped;

/// Fewer digits than this are no number that means one person.
const SHORTEST: usize = 7;

/// How long a number is inside of a country.
const NATIONAL: usize = 10;

/// A number to look for.
pub(super) struct Phone {
    /// As the customer wrote it.
    written: String,
    /// Its digits; then those without the country's, if it has them. The shortest is the last.
    digits: Vec<String>,
}

impl Phone {
    pub(super) fn read(written: &str) -> Option<Self> {
        let written = written.trim().to_ascii_lowercase();
        let all: String = written.chars().filter(char::is_ascii_digit).collect();
        if all.len() < SHORTEST {
            return None;
        }
        let mut digits = vec![all.clone()];
        if all.len() > NATIONAL {
            digits.extend(all.get(all.len() - NATIONAL..).map(str::to_owned));
        }
        Some(Self { written, digits })
    }

    /// As it is written, all digits together, and the usual groups of ten: `555-123-4567`, `(555) 123-4567`.
    pub(super) fn patterns(&self) -> Vec<String> {
        let mut patterns = vec![format!("%{}%", escaped(&self.written))];
        if let Some(shortest) = self.digits.last() {
            patterns.push(format!("%{shortest}%"));
            if let (NATIONAL, Some(area), Some(office), Some(line)) = (
                shortest.len(),
                shortest.get(..3),
                shortest.get(3..6),
                shortest.get(6..),
            ) {
                patterns.extend([
                    format!("%{area}_{office}_{line}%"),
                    format!("%{area}__{office}_{line}%"),
                ]);
            }
        }
        patterns
    }

    pub(super) fn find(&self, text: &str) -> Vec<Range<usize>> {
        let bytes = text.as_bytes();
        let mut found: Vec<_> = text
            .match_indices(&self.written)
            .map(|(at, written)| at..at + written.len())
            .filter(|at| !is_digit_at(bytes, at.start.checked_sub(1)) && !is_digit_at(bytes, Some(at.end)))
            .collect();
        for start in 0..bytes.len() {
            let ends = self
                .digits
                .iter()
                .filter_map(|digits| end_of(bytes, start, digits.as_bytes()));
            if let Some(end) = ends.max() {
                let before = bytes.get(..start).unwrap_or_default();
                let opening = before
                    .iter()
                    .rev()
                    .take_while(|byte| b"+(".contains(byte))
                    .count();
                found.push(start - opening..end);
            }
        }
        found
    }
}

/// Where the digits end that begin here, with at most three signs between two of them, and no further digit on either side.
fn end_of(text: &[u8], start: usize, digits: &[u8]) -> Option<usize> {
    if is_digit_at(text, start.checked_sub(1)) {
        return None;
    }
    let mut at = start;
    for (n, digit) in digits.iter().enumerate() {
        let rest = text.get(at..)?;
        let skipped = rest.iter().take_while(|byte| b" -.()/".contains(byte)).count();
        if skipped > 3 || (n == 0 && skipped > 0) || rest.get(skipped)? != digit {
            return None;
        }
        at += skipped + 1;
    }
    (!is_digit_at(text, Some(at))).then_some(at)
}

fn is_digit_at(text: &[u8], at: Option<usize>) -> bool {
    at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_digit)
}
