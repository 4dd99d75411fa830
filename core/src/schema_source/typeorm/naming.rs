//! The names that TypeORM gives to constraints that are given none (its `DefaultNamingStrategy`).

/// What a name is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    PrimaryKey,
    Unique,
    ForeignKey,
    Index,
    Check,
    Exclusion,
}

impl Named {
    /// What the name begins with; with it, names are 30 letters long.
    fn begin(self) -> &'static str {
        match self {
            Self::PrimaryKey => "PK_",
            Self::Unique => "UQ_",
            Self::ForeignKey => "FK_",
            Self::Index => "IDX_",
            Self::Check => "CHK_",
            Self::Exclusion => "XCL_",
        }
    }
}

/// The name of a constraint over these columns. `behind` is the condition of a partial index.
pub fn of_columns(named: Named, table: &str, columns: &[&str], behind: Option<&str>) -> String {
    let mut columns = columns.to_vec();
    columns.sort_unstable();
    let mut key = format!("{}_{}", last_part(table), columns.join("_"));
    if let Some(behind) = behind.filter(|behind| !behind.is_empty()) {
        key.push('_');
        key.push_str(behind);
    }
    hashed(named, &key)
}

/// The name of a check or an exclusion constraint.
pub fn of_expression(named: Named, table: &str, expression: &str) -> String {
    hashed(named, &format!("{}_{expression}", last_part(table)))
}

/// A table's name without its schema.
fn last_part(table: &str) -> &str {
    table.rsplit('.').next().unwrap_or(table)
}

fn hashed(named: Named, key: &str) -> String {
    let begin = named.begin();
    let digest = sha1_smol::Sha1::from(key).digest().to_string();
    format!("{begin}{}", digest.get(..30 - begin.len()).unwrap_or(&digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names that TypeORM 1.1 gave.
    #[test]
    fn names_are_those_of_the_default_strategy() {
        assert_eq!(of_columns(Named::PrimaryKey, "user", &["id"], None), "PK_cace4a159ff9f2512dd42373760");
        assert_eq!(of_columns(Named::Unique, "app.user", &["email"], None), "UQ_e12875dfb3b1d92d7d7c5377e22");
    }
}
