// What Linux offers and Swift's Glibc module leaves out. Declarations only: no code of our own in C.
#pragma once

#include <malloc.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

// The headers show these only under _GNU_SOURCE, which a module cannot set for the headers before it.
int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);
int sched_getaffinity(pid_t process, size_t size, cpu_set_t *cores);
int sched_setaffinity(pid_t process, size_t size, const cpu_set_t *cores);
