/* A Modbus master by libmodbus: `libmodbus_master PORT DEVICES FLOATS ROUNDS`; one request a device and second, all at
 * once, decoded into floats. Prints the CPU seconds of the rounds (user + system) and the sum of the last values. */

#include <errno.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define MOST_FLOATS 62

static double cpu(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec)
         + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

int main(int count, char **words) {
    if (count != 5 || atoi(words[3]) > MOST_FLOATS) {
        fprintf(stderr, "libmodbus_master PORT DEVICES FLOATS ROUNDS\n");
        return 2;
    }
    int devices = atoi(words[2]), floats = atoi(words[3]), rounds = atoi(words[4]);
    modbus_t **lines = calloc((size_t)devices, sizeof *lines);
    double *values = calloc((size_t)(devices * floats), sizeof *values);
    for (int d = 0; d < devices; d++) {
        lines[d] = modbus_new_tcp("127.0.0.1", atoi(words[1]));
        if (lines[d] == NULL || modbus_connect(lines[d]) < 0 || modbus_set_slave(lines[d], 1) < 0) {
            fprintf(stderr, "can't connect: %s\n", modbus_strerror(errno));
            return 1;
        }
    }
    struct timespec next;
    clock_gettime(CLOCK_MONOTONIC, &next);
    double began = cpu();
    for (int round = 0; round < rounds; round++) {
        for (int d = 0; d < devices; d++) {
            uint16_t registers[2 * MOST_FLOATS];
            if (modbus_read_input_registers(lines[d], 0, 2 * floats, registers) != 2 * floats) {
                fprintf(stderr, "can't read: %s\n", modbus_strerror(errno));
                return 1;
            }
            for (int i = 0; i < floats; i++) {
                uint32_t bits = (uint32_t)registers[2 * i] << 16 | registers[2 * i + 1];
                float value;
                memcpy(&value, &bits, sizeof value);
                values[d * floats + i] = value;
            }
        }
        next.tv_sec += 1;
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
    }
    double used = cpu() - began, sum = 0;
    for (int i = 0; i < devices * floats; i++) {
        sum += values[i];
    }
    printf("%.6f %.1f\n", used, sum);
    return 0;
}
