#include "backend/cli/cli.h"

int main(int argc, char** argv) {
  return mxbalance::cli::run(argc, argv);
}
