/// A connection and the statement that is prepared on it; both end with their owner.
///
/// The connection ends first, as it stands first: the library would read the rest of an answer before it closes a statement whose
/// connection is there, and a server may have no end of it.
struct DatabaseSession: ~Copyable {
    let connection: MySQLConnection
    let statement: MySQLStatement

    /// Connects to `host` and prepares the first query of `settings` that the server has the tables and columns for.
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
        throw first ?? MySQLFailure(number: 0, text: "there is no query")
    }
}
