//! The script blocks of single-file components (Vue, Svelte).

/// The text with everything outside `<script>` elements replaced by spaces, byte for byte, so that places stay true.
pub fn scripts_only(text: &str) -> String {
    let mut blank = String::with_capacity(text.len());
    let mut at = 0;
    while let Some((start, end)) = next_script(text, at) {
        push_blank(&mut blank, text.get(at..start).unwrap_or(""));
        blank.push_str(text.get(start..end).unwrap_or(""));
        at = end;
    }
    push_blank(&mut blank, text.get(at..).unwrap_or(""));
    blank
}

/// The bytes between the next `<script ...>` and its end.
fn next_script(text: &str, from: usize) -> Option<(usize, usize)> {
    let tag = from + text.get(from..)?.find("<script")?;
    let start = tag + text.get(tag..)?.find('>')? + 1;
    let end = text.get(start..)?.find("</script").map_or(text.len(), |end| start + end);
    Some((start, end))
}

fn push_blank(blank: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '\n' | '\r' => blank.push(letter),
            letter => (0..letter.len_utf8()).for_each(|_| blank.push(' ')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::scripts_only;

    #[test]
    fn what_is_no_script_is_blank_and_places_stay() {
        let text = "<p>é</p>\n<script lang=\"ts\">let a = 1;</script>\n<script>b()";
        let scripts = scripts_only(text);
        assert_eq!(scripts.len(), text.len());
        assert_eq!(scripts.split_whitespace().collect::<Vec<_>>().join(" "), "let a = 1; b()");
        assert_eq!(scripts.find("let a"), text.find("let a"));
        assert_eq!(scripts_only("<script"), "       ");
    }
}
