// The limit of hashing: calls crypt(3) for a number of passwords, on several threads, and prints how many a second.
//
// usage: crypt-loop PASSWORD HASH COUNT THREADS
// HASH is the stored hash, as in /etc/shadow. Every result must be the same as HASH.
#include <crypt.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *password, *hash;
static atomic_long left;

static void *compute(void *unused) {
    (void)unused;
    struct crypt_data *data = calloc(1, sizeof *data);
    if (data == NULL) exit(1);
    while (atomic_fetch_sub(&left, 1) > 0) {
        const char *result = crypt_r(password, hash, data);
        if (result == NULL || strcmp(result, hash) != 0) {
            fprintf(stderr, "crypt-loop: the hash is not that of the password\n");
            exit(1);
        }
    }
    free(data);
    return NULL;
}

int main(int count, char **words) {
    enum { most = 1024 };
    if (count != 5 || atol(words[3]) < 1 || atoi(words[4]) < 1 || atoi(words[4]) > most) return 64;
    password = words[1];
    hash = words[2];
    left = atol(words[3]);
    int threads = atoi(words[4]);
    pthread_t ids[most];
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (int i = 0; i < threads; i++)
        if (pthread_create(&ids[i], NULL, compute, NULL) != 0) return 1;
    for (int i = 0; i < threads; i++) pthread_join(ids[i], NULL);
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%.3f\n", atol(words[3]) / (end.tv_sec - start.tv_sec + (end.tv_nsec - start.tv_nsec) / 1e9));
}
