import { ControllerUnavailable } from '@keyrace/controller-client'

/**
 * Asks the controller and turns "it did not answer" into a value. Anything else that goes wrong is a
 * fault of our own and passes through.
 */
export async function ask<T, U>(
  question: Promise<T>,
  unavailable: (reason: string) => U,
): Promise<T | U> {
  try {
    return await question
  } catch (error) {
    if (error instanceof ControllerUnavailable) return unavailable(error.code)
    throw error
  }
}
