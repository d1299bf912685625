// The limit of this machine: accepts, reads once, answers OK and closes. The argument is the number of threads.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int listener;

static void *serve(void *unused) {
    (void)unused;
    char request[4096];
    for (;;) {
        int client = accept(listener, NULL, NULL);
        if (client < 0) continue;
        if (read(client, request, sizeof request) > 0 && write(client, "\0\2OK", 4) == 4) shutdown(client, SHUT_WR);
        close(client);
    }
    return NULL;
}

int main(int count, char **arguments) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (count != 3 || strlen(arguments[1]) >= sizeof address.sun_path) return 64;
    strcpy(address.sun_path, arguments[1]);
    listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 4096) != 0) return 1;
    for (int thread = 1; thread < atoi(arguments[2]); thread++) {
        pthread_t ignored;
        if (pthread_create(&ignored, NULL, serve, NULL) != 0) return 1;
    }
    serve(NULL);
}
