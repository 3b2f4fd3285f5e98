import { createHashRouter, Navigate } from 'react-router';
import { DeployScreen } from '../features/deploy';
import { HostsScreen } from '../features/hosts';
import { OverviewScreen } from '../features/overview';
import { PrepareScreen } from '../features/prepare';
import { ServiceDrawer } from '../features/service-detail';
import { ServicesScreen } from '../features/services';
import { SettingsScreen } from '../features/settings';
import { Shell } from './shell';

/** Addresses live in the hash: the app's own scheme serves one document, and a reload keeps the place. */
export function createRouter() {
  return createHashRouter([
    {
      path: '/',
      element: <Shell />,
      children: [
        { index: true, element: <OverviewScreen /> },
        {
          path: 'services',
          element: <ServicesScreen />,
          children: [
            { path: ':service', element: <ServiceDrawer /> },
            { path: ':service/:tab', element: <ServiceDrawer /> },
          ],
        },
        { path: 'deploy', element: <DeployScreen /> },
        { path: 'hosts', element: <HostsScreen /> },
        { path: 'hosts/:host', element: <HostsScreen /> },
        { path: 'hosts/:host/prepare', element: <PrepareScreen /> },
        { path: 'settings', element: <SettingsScreen /> },
        { path: '*', element: <Navigate to="/" replace /> },
      ],
    },
  ]);
}
