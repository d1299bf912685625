import Testing

@testable import saslauthd_mysql

@Suite struct QueryTextTests {
    @Test(arguments: [
        ("SELECT p FROM t WHERE u = %u", "SELECT p FROM t WHERE u = ?", [Parameter.login]),
        ("SELECT p FROM t WHERE u = '%u'", "SELECT p FROM t WHERE u = ?", [.login]),
        ("SELECT p FROM t WHERE u = \"%n\" AND d=%d", "SELECT p FROM t WHERE u = ? AND d=?", [.localPart, .domain]),
        ("%s%r%u%u", "????", [.service, .realm, .login, .login]),
        ("SELECT 5 %% 2, '100%', 'it''s', 'a\\'%z', `x`", "SELECT 5 % 2, '100%', 'it''s', 'a\\'%z', `x`", []),
        ("SELECT 7 %3 FROM t", "SELECT 7 %3 FROM t", []),
        ("SELECT 'a?;b', %u", "SELECT 'a?;b', ?", [.login]),
        ("", "", []), ("%", "%", []),
    ])
    func `each parameter becomes a question mark, and everything else stays`(
        query: String,
        text: String,
        parameters: [Parameter]
    ) throws {
        #expect(try QueryText(query) == QueryText(text: text, parameters: parameters))
    }

    @Test(arguments: [
        ("SELECT '%n@%d'", QueryError.parameterInText("'%n@%d'")),
        ("SELECT ' %u'", .parameterInText("' %u'")),
        ("SELECT `%u`", .parameterInText("`%u`")),
        ("SELECT 'x", .openQuote),
        ("SELECT 'x\\'", .openQuote),
        ("SELECT ?", .questionMark),
        ("SELECT 1;", .severalStatements),
        ("SELECT %u; DROP TABLE t", .severalStatements),
    ])
    func `a query that cannot be bound is an error that says what to write`(query: String, error: QueryError) {
        #expect(throws: error) { try QueryText(query) }
    }

    @Test func `pam_mysql's select has one %s, for the user`() throws {
        #expect(
            try QueryText(select: "SELECT p FROM t WHERE u = '%s' AND x LIKE '%u'")
                == QueryText(text: "SELECT p FROM t WHERE u = ? AND x LIKE '%u'", parameters: [.login])
        )
        #expect(throws: QueryError.notOneUser(count: 0)) { try QueryText(select: "SELECT 1") }
        #expect(throws: QueryError.notOneUser(count: 2)) { try QueryText(select: "SELECT %s, %s") }
    }
}
