//! What the definition of a partition is made of, line by line.

const SETTINGS: &str = "with ";
const DETACHING: &str = "being detached";
const UNLOGGED: &str = "not logged";

/// A partition.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Parts<'a> {
    pub(super) bound: &'a str,
    /// `DETACH … CONCURRENTLY` was cut short: nothing finds its rows.
    pub(super) is_detaching: bool,
    pub(super) is_unlogged: bool,
    /// By name.
    pub(super) settings: Vec<(&'a str, &'a str)>,
    /// By name, beyond the CHECKs of the table.
    pub(super) checks: Vec<(&'a str, &'a str)>,
}

impl<'a> Parts<'a> {
    pub(super) fn of(definition: &'a str) -> Self {
        let mut lines = definition.lines();
        let mut parts = Self {
            bound: lines.next().unwrap_or_default(),
            ..Self::default()
        };
        for line in lines {
            if line == DETACHING {
                parts.is_detaching = true;
            } else if line == UNLOGGED {
                parts.is_unlogged = true;
            } else if let Some(settings) = line.strip_prefix(SETTINGS) {
                let each = settings.split(", ");
                parts
                    .settings
                    .extend(each.filter_map(|setting| setting.split_once('=')));
            } else if let Some(at) = line.find(" CHECK ") {
                parts.checks.push((&line[..at], &line[at + 1..]));
            }
        }
        parts
    }
}

/// The definition without its settings, which are told by themselves.
pub(super) fn without_settings(definition: &str) -> String {
    let kept: Vec<_> = definition
        .lines()
        .filter(|line| !line.starts_with(SETTINGS))
        .collect();
    kept.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_comes_apart() {
        let text = "default\nbeing detached\nnot logged\nwith a=1, b=x\np_window CHECK ((d > 1))";
        let parts = Parts::of(text);
        assert_eq!(
            parts,
            Parts {
                bound: "default",
                is_detaching: true,
                is_unlogged: true,
                settings: vec![("a", "1"), ("b", "x")],
                checks: vec![("p_window", "CHECK ((d > 1))")],
            }
        );
        assert_eq!(Parts::of(&without_settings(text)).settings, []);
    }
}
