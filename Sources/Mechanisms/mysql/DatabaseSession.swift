/// A connection and the statement prepared on it.
///
/// The connection is declared first, so that it is closed first: otherwise the library would read the rest of a result,
/// which may be endless, before it closes the statement.
struct DatabaseSession: ~Copyable {
    let connection: MySQLConnection
    let statement: MySQLStatement

    /// Connects to `host` and prepares the first query of `settings` whose tables and columns exist on the server.
    init(_ host: DatabaseHost, _ settings: borrowing MySQLSettings) throws(MySQLFailure) {
        let connection = try MySQLConnection.open(host, settings)
        statement = try Self.prepare(settings.queries, on: connection)
        self.connection = connection
    }

    private static func prepare(
        _ queries: [QueryText],
        on connection: borrowing MySQLConnection
    ) throws(MySQLFailure) -> MySQLStatement {
        var first: MySQLFailure?
        for query in queries {
            do throws(MySQLFailure) {
                return try connection.prepare(query)
            } catch  where error.isOfSchema {
                first = first ?? error
            }
        }
        throw first ?? MySQLFailure(number: 0, text: "no query")
    }
}
