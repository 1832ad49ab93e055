//! Which known names are most like one that is not known, for errors.

/// The three known names that are most like `wanted`, the most like first.
pub(crate) fn nearest<'a>(wanted: &str, known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    // A text of no use as a name is not compared: the work would grow with its length.
    let wanted = wanted.get(..64).unwrap_or(wanted);
    let mut ranked: Vec<(usize, &str)> = known.map(|name| (distance(wanted, name), name)).collect();
    ranked.sort_unstable();
    ranked.dedup();
    ranked.into_iter().take(3).map(|(_, name)| name).collect()
}

/// The number of bytes to insert, remove or replace to make one text the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.bytes().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_levenshtein() {
        for (from, to, expected) in
            [("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3), ("s3", "s3", 0)]
        {
            assert_eq!(distance(from, to), expected);
        }
    }

    #[test]
    fn the_most_like_names_come_first_and_none_twice() {
        let known = ["sns", "sqs", "sqs", "s3", "kms", "sts"];
        assert_eq!(nearest("sqss", known.into_iter()), ["sqs", "sns", "sts"]);
        assert!(nearest("x", std::iter::empty()).is_empty());
    }
}
