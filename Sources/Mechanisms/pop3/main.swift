internal import Authentication
internal import Glibc
internal import RemoteLogin

exit(RemoteProgram.run("pop3", .pop3))
