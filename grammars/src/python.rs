//! Node kinds and fields of tree-sitter-python.

use std::sync::LazyLock;

use crate::syntax::{Grammar, Node, Syntax};

crate::names! {
    /// Kinds of nodes.
    PythonKind {
        Module = "module",
        Block = "block",
        ExpressionStatement = "expression_statement",
        Assignment = "assignment",
        AugmentedAssignment = "augmented_assignment",
        ReturnStatement = "return_statement",
        RaiseStatement = "raise_statement",
        DeleteStatement = "delete_statement",
        AssertStatement = "assert_statement",
        IfStatement = "if_statement",
        ElifClause = "elif_clause",
        ElseClause = "else_clause",
        WhileStatement = "while_statement",
        ForStatement = "for_statement",
        WithStatement = "with_statement",
        WithClause = "with_clause",
        WithItem = "with_item",
        TryStatement = "try_statement",
        ExceptClause = "except_clause",
        FinallyClause = "finally_clause",
        MatchStatement = "match_statement",
        CaseClause = "case_clause",
        IfClause = "if_clause",
        CasePattern = "case_pattern",
        AsPattern = "as_pattern",
        AsPatternTarget = "as_pattern_target",
        KeywordPattern = "keyword_pattern",
        ClassPattern = "class_pattern",
        SplatPattern = "splat_pattern",
        UnionPattern = "union_pattern",
        DictPattern = "dict_pattern",
        ComplexPattern = "complex_pattern",
        FunctionDefinition = "function_definition",
        ClassDefinition = "class_definition",
        DecoratedDefinition = "decorated_definition",
        Decorator = "decorator",
        TypeAliasStatement = "type_alias_statement",
        ImportStatement = "import_statement",
        ImportFromStatement = "import_from_statement",
        FutureImportStatement = "future_import_statement",
        AliasedImport = "aliased_import",
        DottedName = "dotted_name",
        RelativeImport = "relative_import",
        ImportPrefix = "import_prefix",
        WildcardImport = "wildcard_import",
        BreakStatement = "break_statement",
        ContinueStatement = "continue_statement",
        PassStatement = "pass_statement",
        GlobalStatement = "global_statement",
        NonlocalStatement = "nonlocal_statement",
        PrintStatement = "print_statement",
        ExecStatement = "exec_statement",
        Chevron = "chevron",
        Identifier = "identifier",
        Attribute = "attribute",
        Subscript = "subscript",
        Slice = "slice",
        Call = "call",
        ArgumentList = "argument_list",
        KeywordArgument = "keyword_argument",
        ListSplat = "list_splat",
        DictionarySplat = "dictionary_splat",
        Dictionary = "dictionary",
        Pair = "pair",
        List = "list",
        Tuple = "tuple",
        Set = "set",
        ExpressionList = "expression_list",
        PatternList = "pattern_list",
        ParenthesizedExpression = "parenthesized_expression",
        ParenthesizedListSplat = "parenthesized_list_splat",
        String = "string",
        ConcatenatedString = "concatenated_string",
        StringStart = "string_start",
        StringContent = "string_content",
        StringEnd = "string_end",
        EscapeSequence = "escape_sequence",
        EscapeInterpolation = "escape_interpolation",
        Interpolation = "interpolation",
        FormatSpecifier = "format_specifier",
        FormatExpression = "format_expression",
        TypeConversion = "type_conversion",
        Integer = "integer",
        Float = "float",
        True = "true",
        False = "false",
        None = "none",
        Ellipsis = "ellipsis",
        UnaryOperator = "unary_operator",
        NotOperator = "not_operator",
        BooleanOperator = "boolean_operator",
        BinaryOperator = "binary_operator",
        ComparisonOperator = "comparison_operator",
        ConditionalExpression = "conditional_expression",
        Await = "await",
        Yield = "yield",
        Lambda = "lambda",
        LambdaParameters = "lambda_parameters",
        NamedExpression = "named_expression",
        ListComprehension = "list_comprehension",
        SetComprehension = "set_comprehension",
        DictionaryComprehension = "dictionary_comprehension",
        GeneratorExpression = "generator_expression",
        ForInClause = "for_in_clause",
        Parameters = "parameters",
        TypedParameter = "typed_parameter",
        DefaultParameter = "default_parameter",
        TypedDefaultParameter = "typed_default_parameter",
        ListSplatPattern = "list_splat_pattern",
        DictionarySplatPattern = "dictionary_splat_pattern",
        TuplePattern = "tuple_pattern",
        ListPattern = "list_pattern",
        KeywordSeparator = "keyword_separator",
        PositionalSeparator = "positional_separator",
        Type = "type",
        GenericType = "generic_type",
        TypeParameter = "type_parameter",
        UnionType = "union_type",
        MemberType = "member_type",
        ConstrainedType = "constrained_type",
        SplatType = "splat_type",
        AsyncToken = "'async",
        FromToken = "'from",
        StarToken = "'*",
        DoubleStarToken = "'**",
        UnderscoreToken = "'_",
        AndToken = "'and",
        OrToken = "'or",
        PlusToken = "'+",
        MinusToken = "'-",
        PercentToken = "'%",
        PipeToken = "'|",
        AmpersandToken = "'&",
        EqualToken = "'==",
        NotEqualToken = "'!=",
        DiamondToken = "'<>",
        LessToken = "'<",
        GreaterToken = "'>",
        LessEqualToken = "'<=",
        GreaterEqualToken = "'>=",
        InToken = "'in",
        NotInToken = "'not in",
        IsToken = "'is",
        IsNotToken = "'is not",
        PlusEqualToken = "'+=",
        PipeEqualToken = "'|=",
        AmpersandEqualToken = "'&=",
        PercentEqualToken = "'%=",
    }
}

crate::names! {
    /// Fields of nodes.
    PythonField {
        Alias = "alias",
        Alternative = "alternative",
        Argument = "argument",
        Arguments = "arguments",
        Attribute = "attribute",
        Body = "body",
        Cause = "cause",
        Condition = "condition",
        Consequence = "consequence",
        Definition = "definition",
        Expression = "expression",
        FormatSpecifier = "format_specifier",
        Function = "function",
        Guard = "guard",
        Key = "key",
        Left = "left",
        ModuleName = "module_name",
        Name = "name",
        Object = "object",
        Operator = "operator",
        Operators = "operators",
        Parameters = "parameters",
        ReturnType = "return_type",
        Right = "right",
        Subject = "subject",
        Subscript = "subscript",
        Superclasses = "superclasses",
        Type = "type",
        TypeConversion = "type_conversion",
        TypeParameters = "type_parameters",
        Value = "value",
    }
}

/// A node of Python.
pub type PythonNode<'t> = Node<'t, PythonKind, PythonField>;

/// Python as a syntax tree.
pub type PythonSyntax = Syntax<PythonKind, PythonField>;

static GRAMMAR: LazyLock<Grammar<PythonKind, PythonField>> =
    LazyLock::new(|| Grammar::new(tree_sitter_python::LANGUAGE.into()));

/// The Python grammar.
pub fn grammar() -> &'static Grammar<PythonKind, PythonField> {
    &GRAMMAR
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Names;

    #[test]
    fn the_grammar_has_every_name_that_is_listed() {
        let language = tree_sitter_python::LANGUAGE.into();
        let (kinds, fields) = (PythonKind::kinds(&language), PythonField::fields(&language));
        let missing: Vec<&str> = PythonKind::ALL
            .iter()
            .filter(|(_, kind)| !kinds.contains(kind))
            .map(|(name, _)| *name)
            .chain(
                PythonField::ALL.iter().filter(|(_, field)| !fields.contains(field)).map(|(name, _)| *name),
            )
            .collect();
        assert_eq!(missing, Vec::<&str>::new());
    }
}
