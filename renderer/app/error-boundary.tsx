import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { FailureNotice } from '../ui/notice';
import classes from './error-boundary.module.css';

interface ErrorBoundaryProps {
  children: ReactNode;
  /** A new value clears a caught error: a broken screen must not survive leaving it. */
  resetKey?: string;
}

interface ErrorBoundaryState {
  error: Error | null;
  resetKey: string | undefined;
}

/** Keeps a fault in one screen from taking the window down. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { error: null, resetKey: this.props.resetKey };

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  static getDerivedStateFromProps(props: ErrorBoundaryProps, state: ErrorBoundaryState) {
    return props.resetKey === state.resetKey ? null : { error: null, resetKey: props.resetKey };
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <div className={classes.fallback}>
        <FailureNotice
          failure={{
            title: 'This part of the window failed to draw',
            detail: error.message,
            advice: 'Work in progress goes on in the background. Draw it again, or reload the window.',
          }}
          actions={
            <>
              <Button onClick={() => this.setState({ error: null })}>Draw again</Button>
              <Button variant="default" onClick={() => window.location.reload()}>
                Reload window
              </Button>
            </>
          }
        />
      </div>
    );
  }
}
