//! Names that may have been meant.

/// The clause "; did you mean `a` or `b`?" for a name that is not among `known`, or nothing where none is near.
pub(crate) fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let near = nearest(name, known);
    match near.split_last() {
        None => String::new(),
        Some((last, [])) => format!("; did you mean `{last}`?"),
        Some((last, others)) => format!("; did you mean `{}` or `{last}`?", others.join("`, `")),
    }
}

/// At most three names, the nearest first. A name is near when a third of it, at most, is mistyped, or when one holds
/// the other.
fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = name.to_lowercase();
    let mut scored: Vec<(usize, &str)> = known
        .into_iter()
        .filter_map(|candidate| {
            let lower = candidate.to_lowercase();
            let distance = strsim::damerau_levenshtein(&wanted, &lower);
            let longest = wanted.chars().count().max(lower.chars().count());
            let holds = wanted.len() > 2 && (lower.contains(&wanted) || wanted.contains(&lower));
            (distance * 3 <= longest.max(3) || holds).then_some((distance, candidate))
        })
        .collect();
    scored.sort_unstable();
    scored.dedup();
    scored.into_iter().take(3).map(|(_, candidate)| candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_offered_and_far_ones_are_not() {
        let known = ["users", "posts", "user_roles", "id"];
        assert_eq!(did_you_mean("usres", known), "; did you mean `users`?");
        assert_eq!(did_you_mean("user", known), "; did you mean `users` or `user_roles`?");
        assert_eq!(did_you_mean("comments", known), "");
    }
}
