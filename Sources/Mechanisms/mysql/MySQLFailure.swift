internal import CMariaDB

/// What a server or the client library says when something went wrong: a number and a text without credentials.
struct MySQLFailure: Error, Hashable, CustomStringConvertible {
    let number: UInt32
    let text: String
    /// The class of the SQLSTATE, its first two characters; empty where there was none.
    let stateClass: String

    init(number: UInt32, text: String, state: String = "") {
        self.number = number
        self.text = text
        stateClass = String(state.prefix(2))
    }

    /// Whether it is the client library that says so.
    var isOfClient: Bool { (CR_MIN_ERROR...CR_MAX_ERROR).contains(Int32(bitPattern: number)) }

    /// Whether the connection or the server is at fault, so that another connection or server may do better.
    var isOfConnection: Bool {
        // Of the client library: no connection, lost, or no longer in step.
        if isOfClient { return true }
        return switch Int32(bitPattern: number) {
        // Of the server: it ends, has no room, or is cut off from its cluster.
        case ER_SERVER_SHUTDOWN, ER_NORMAL_SHUTDOWN, ER_SHUTDOWN_COMPLETE, ER_CON_COUNT_ERROR, ER_UNKNOWN_COM_ERROR:
            true
        case ER_CONNECTION_KILLED, ER_QUERY_INTERRUPTED, ER_TOO_MANY_USER_CONNECTIONS, ER_OUT_OF_RESOURCES: true
        case ER_HOST_IS_BLOCKED, ER_NEW_ABORTING_CONNECTION, ER_ABORTING_CONNECTION: true
        default: false
        }
    }

    /// Whether the query fails for this login's rows, and may do well for others.
    ///
    /// These are classes of the SQL standard: no data, cardinality (a subquery that gives several rows), data (a value that cannot be
    /// converted), and what a function of the administrator's own has signalled.
    var isOfRow: Bool { !isOfClient && ["02", "21", "22", "45"].contains(stateClass) }

    /// Whether the server has no such table or column.
    var isOfSchema: Bool {
        [ER_NO_SUCH_TABLE, ER_BAD_FIELD_ERROR].contains(Int32(bitPattern: number))
    }

    /// Whether a text cannot be compared with a column, as the column's character set does not have it.
    var isOfCollation: Bool {
        [ER_CANT_AGGREGATE_2COLLATIONS, ER_CANT_AGGREGATE_3COLLATIONS, ER_CANT_AGGREGATE_NCOLLATIONS]
            .contains(Int32(bitPattern: number))
    }

    var description: String { number == 0 ? text : "\(text) (\(number))" }
}
